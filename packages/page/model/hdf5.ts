/** HDF5, which files of Keras are made of: fetched with the first of them, since it is large. */
export * from "h5wasm";
export { default } from "h5wasm";
