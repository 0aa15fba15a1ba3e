self.pwagen.on("push", () => undefined);
