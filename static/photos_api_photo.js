// The arrow keys lead to the photos beside this one.
const KEYS = { ArrowLeft: "prev", ArrowRight: "next" };

addEventListener("keydown", (event) => {
  const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
  const writing = event.target.closest("input, select, textarea");
  if (!plain || writing || !(event.key in KEYS)) return;
  document.querySelector(`a[rel=${KEYS[event.key]}]`)?.click();
});
