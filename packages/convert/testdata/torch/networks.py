"""The networks of fold_networks.py, with few channels: one of each kind that people fold."""

import torch
from torch import nn


class Basic(nn.Module):
    """ResNet's basic block; grouped as in ResNeXt."""

    def __init__(self, ins, outs, stride=1, groups=1):
        super().__init__()
        self.conv1 = nn.Conv2d(ins, outs, 3, stride, 1, groups=groups, bias=False)
        self.bn1 = nn.BatchNorm2d(outs)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(outs, outs, 3, 1, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(outs)
        self.downsample = None
        if stride != 1 or ins != outs:
            self.downsample = nn.Sequential(
                nn.Conv2d(ins, outs, 1, stride, bias=False), nn.BatchNorm2d(outs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU()
        self.layer1 = nn.Sequential(Basic(8, 8), Basic(8, 8, groups=4))
        self.layer2 = nn.Sequential(Basic(8, 12, 2))
        self.fc = nn.Linear(12, 6)
        self.bn_head = nn.BatchNorm1d(6)

    def forward(self, x):
        x = self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x)))))
        return self.bn_head(self.fc(x.mean((2, 3))))


class DenseLayer(nn.Module):
    """Norms first: norm1 follows a concatenation, norm2 the convolution conv1."""

    def __init__(self, ins):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(ins)
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(ins, 8, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 4, 3, 1, 1, bias=False)

    def forward(self, x):
        y = self.conv1(self.relu(self.norm1(x)))
        return torch.cat([x, self.conv2(self.relu(self.norm2(y)))], 1)


class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential()
        self.features.add_module("conv0", nn.Conv2d(3, 8, 3, 1, 1, bias=False))
        self.features.add_module("norm0", nn.BatchNorm2d(8))
        self.features.add_module("relu0", nn.ReLU())
        self.features.add_module("denselayer1", DenseLayer(8))
        self.features.add_module("denselayer2", DenseLayer(12))
        self.features.add_module("norm5", nn.BatchNorm2d(16))
        self.classifier = nn.Linear(16, 3)

    def forward(self, x):
        return self.classifier(torch.relu(self.features(x)).mean((2, 3)))


def conv_norm(ins, outs, kernel, stride=1, groups=1, act=nn.Hardswish, eps=1e-3):
    layers = [
        nn.Conv2d(ins, outs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outs, eps),
    ]
    return nn.Sequential(*layers, *([act()] if act else []))


class Squeeze(nn.Module):
    def __init__(self, channels, act):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, 2, 1)
        self.fc2 = nn.Conv2d(2, channels, 1)
        self.activation = act()

    def forward(self, x):
        y = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.fc2(self.activation(self.fc1(y))))


class Inverted(nn.Module):
    """The inverted residual block of MobileNet v3 and EfficientNet."""

    def __init__(self, ins, wide, outs, act, eps):
        super().__init__()
        self.block = nn.Sequential(
            conv_norm(ins, wide, 1, act=act, eps=eps),
            conv_norm(wide, wide, 5, groups=wide, act=act, eps=eps),
            Squeeze(wide, act),
            conv_norm(wide, outs, 1, act=None, eps=eps),
        )

    def forward(self, x):
        y = self.block(x)
        return x + y if x.shape == y.shape else y


class MobileNetV3(nn.Module):
    def __init__(self, act=nn.Hardswish, eps=1e-3):
        super().__init__()
        self.features = nn.Sequential(
            conv_norm(3, 8, 3, 2, act=act, eps=eps),
            Inverted(8, 12, 8, act, eps),
            Inverted(8, 16, 10, act, eps),
            conv_norm(10, 16, 1, act=act, eps=eps),
        )
        self.classifier = nn.Sequential(nn.Linear(16, 8), act(), nn.Dropout(), nn.Linear(8, 3))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class EfficientNet(MobileNetV3):
    def __init__(self):
        super().__init__(nn.SiLU, 1e-3)


class Double(nn.Module):
    """U-Net's two convolutions in a list, with biases."""

    def __init__(self, ins, outs):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(ins, outs, 3, 1, 1),
                nn.BatchNorm2d(outs),
                nn.Conv2d(outs, outs, 3, 1, 1),
                nn.BatchNorm2d(outs),
            ]
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        conv1, norm1, conv2, norm2 = self.layers
        return self.relu(norm2(conv2(self.relu(norm1(conv1(x))))))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1 = Double(3, 6)
        self.pool = nn.MaxPool2d(2)
        self.down2 = Double(6, 8)
        self.up = nn.ConvTranspose2d(8, 6, 2, 2, groups=2, bias=False)
        self.up_bn = nn.BatchNorm2d(6)
        self.square = nn.ConvTranspose2d(6, 6, 3, 1, 1)
        self.square_bn = nn.BatchNorm2d(6)
        self.relu = nn.ReLU()
        self.merge = Double(12, 6)
        self.out = nn.Conv2d(6, 2, 1)

    def forward(self, x):
        skip = self.down1(x)
        y = self.relu(self.up_bn(self.up(self.down2(self.pool(skip)))))
        y = self.relu(self.square_bn(self.square(y)))
        return self.out(self.merge(torch.cat([skip, y], 1)))


class BasicConv(nn.Module):
    """Inception's convolution, its relu in the code."""

    def __init__(self, ins, outs, **options):
        super().__init__()
        self.conv = nn.Conv2d(ins, outs, bias=False, **options)
        self.bn = nn.BatchNorm2d(outs, 1e-3)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class Mixed(nn.Module):
    def __init__(self, ins):
        super().__init__()
        self.branch1x1 = BasicConv(ins, 4, kernel_size=1)
        self.branch7x7_1 = BasicConv(ins, 4, kernel_size=1)
        self.branch7x7_2 = BasicConv(4, 5, kernel_size=(1, 7), padding=(0, 3))
        self.branch7x7_3 = BasicConv(5, 6, kernel_size=(7, 1), padding=(3, 0))
        self.branch_pool = BasicConv(ins, 4, kernel_size=1)

    def forward(self, x):
        pooled = nn.functional.avg_pool2d(x, 3, 1, 1)
        long = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        return torch.cat([self.branch1x1(x), long, self.branch_pool(pooled)], 1)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.Conv2d_1a_3x3 = BasicConv(3, 6, kernel_size=3, stride=2)
        self.Mixed_5b = Mixed(6)
        self.Mixed_5c = Mixed(14)
        self.fc = nn.Linear(14, 3)

    def forward(self, x):
        return self.fc(self.Mixed_5c(self.Mixed_5b(self.Conv2d_1a_3x3(x))).mean((2, 3)))


class Volumes(nn.Module):
    """One and three dimensions, and a transposed convolution of one."""

    def __init__(self):
        super().__init__()
        self.space = nn.Sequential(nn.Conv3d(3, 4, 3, 1, 1), nn.BatchNorm3d(4), nn.ReLU())
        self.time = nn.Sequential(nn.Conv1d(4, 6, 3, groups=2), nn.BatchNorm1d(6), nn.ReLU())
        self.up = nn.Sequential(nn.ConvTranspose1d(6, 4, 3), nn.BatchNorm1d(4))

    def forward(self, x):
        return self.up(self.time(self.space(x.unsqueeze(2)).mean((2, 3))))


NETS = {
    "resnet": ResNet,
    "densenet": DenseNet,
    "mobilenet_v3": MobileNetV3,
    "efficientnet": EfficientNet,
    "unet": UNet,
    "inception": Inception,
    "volumes": Volumes,
}
