// What can go wrong, said so that a person knows what happened and what to do next.

// `next` is what the button below the sentence does: "again" does the same once more,
// "sign in" begins anew, "" means that there is something to change first. `answered`:
// did the other side say so (with which `status`), or do we not know what became of the
// request? `fields`: what is wrong with what was filled in, as [{ pointer, detail }].
export class Problem extends Error {
  constructor(sentence, { next = "again", answered = true, status = 0, error = "", fields = [] } = {}) {
    super(sentence);
    Object.assign(this, { next, answered, status, error, fields });
  }
}

// fetch, with no cookie and no redirect: an answer, or a Problem if there was none.
export async function reach(service, url, options = {}) {
  try {
    return await fetch(url, { credentials: "omit", redirect: "error", ...options });
  } catch (lost) {
    if (lost.name === "AbortError") throw lost;
    const sentence = `${service} could not be reached. Nothing is lost: look at the connection, and try again.`;
    throw new Problem(sentence, { answered: false });
  }
}
