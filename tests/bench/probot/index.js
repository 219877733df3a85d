// The yardstick: verifies, parses, calls a handler and answers. It stores nothing, so a crash loses what it took.
export default (app) => {
  app.on("pull_request", async () => {});
};
