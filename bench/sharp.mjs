// npm sharp as a yardstick: a 512 fit and a 256 square of a JPEG, on one thread, over and
// over. node bench/sharp.mjs FILE N prints the milliseconds of processor time of each.

const { default: sharp } = await import(`${process.env.SHARP}/dist/index.mjs`);
const [file, rounds] = process.argv.slice(2);
sharp.concurrency(1);
sharp.cache(false);

const made = async (size, fit) =>
  sharp(file).rotate().resize(size, size, { fit }).jpeg({ quality: 85 }).toBuffer();

const milliseconds = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const before = process.cpuUsage();
  await made(512, 'inside');
  await made(256, 'cover');
  const { user, system } = process.cpuUsage(before);
  milliseconds.push((user + system) / 1000);
}
console.log(JSON.stringify({ milliseconds }));
