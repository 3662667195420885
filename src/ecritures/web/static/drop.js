// Files dropped on the home are kept by the browser and taken to the page that imports them.
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  if (!files.length) return;
  const kept = await caches.open("dropped");
  for (const file of files) {
    const headers = { "x-modified": String(file.lastModified) };
    await kept.put(`/dropped/${encodeURIComponent(file.name)}`, new Response(file, { headers }));
  }
  location.assign("/imports/new#dropped");
});
