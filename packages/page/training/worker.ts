/** The worker of the page: both networks train in it. */
import type { News, Order } from "../protocol.ts";
import { takeOrders } from "./take_orders.ts";

// The types know the scope of a page alone.
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(news: News): void;
};

const carryOut = takeOrders((news) => scope.postMessage(news));
scope.onmessage = ({ data }) => carryOut(data);
