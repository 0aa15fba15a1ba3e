self.pwagen.on("push", ({ notification }) => {
  notification.vibrate = [200];
});
