import { URLSearchParams } from 'node:url';

/** A call that the product refused: the problem that it answered with. */
export class Refused extends Error {
  constructor(call, status, problem) {
    const errors = (problem?.errors ?? []).map((e) => `${e.path} ${e.code}: ${e.message}`).join('; ');
    super(`${call} answered ${status} ${problem?.code ?? ''} ${problem?.detail ?? ''} ${errors}`.trim());
    this.status = status;
    this.code = problem?.code;
  }
}

/** The product's HTTP API as one user, the way any program of theirs would call it. */
export class Api {
  #base;
  #token;

  /** @param {string} url where the product listens @param {string} [token] */
  constructor(url, token) {
    this.#base = `${url}/api/v1`;
    this.#token = token;
  }

  /** Signs in and answers an Api that acts as this user. */
  static async signIn(url, username, password) {
    const { token } = await new Api(url).post('/auth/login', { username, password });
    return new Api(url, token);
  }

  /**
   * The same user by an API token with some of their rights: a session ends after a week of the simulated month, a token
   * does not.
   */
  async withToken(url, name, scopes, expiresAt) {
    const { token } = await this.post('/auth/tokens', { name, scopes, expiresAt });
    return new Api(url, token);
  }

  get(path, query = {}) {
    const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
    return this.#call('GET', text ? `${path}?${text}` : path);
  }

  post(path, body) {
    return this.#call('POST', path, body);
  }

  put(path, body) {
    return this.#call('PUT', path, body);
  }

  /** All items of a list, page after page. */
  async all(path, query = {}) {
    const items = [];
    for (let cursor; ;) {
      const page = await this.get(path, { ...query, cursor });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined) return items;
    }
  }

  async #call(method, path, body) {
    const isForm = body instanceof FormData;
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text ? readJson(text) : null;
    if (!response.ok) throw new Refused(`${method} ${path.split('?')[0]}`, response.status, answer);
    return answer;
  }
}

const readJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text.slice(0, 200) };
  }
};
