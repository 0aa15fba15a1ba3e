Vue.createApp({ data: () => ({ text: "" }) }).mount("#app");
