export default { output: "export", basePath: "/pilot", trailingSlash: true };
