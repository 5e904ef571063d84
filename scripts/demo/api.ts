import type { LeadDetail, LeadView, MessageView, SandboxMessage, TakeoverResult } from '@wbm/contracts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** The HTTP API as a browser uses it: one signed-in person, cookies kept. */
export interface Api {
  readonly baseUrl: string;
  readonly cookie: string;
  get<T>(path: string): Promise<Answer<T>>;
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer<T>>;
  leads(query?: string): Promise<LeadView[]>;
  lead(id: number): Promise<LeadDetail>;
  messages(leadId: number): Promise<MessageView[]>;
  claim(leadId: number): Promise<Answer<TakeoverResult>>;
  say(leadId: number, text: string): Promise<Answer<MessageView>>;
}

/** Follows a sign-in link and keeps the session it gives. */
export async function signIn(link: string): Promise<Api> {
  const response = await fetch(link, { redirect: 'manual' });
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  if (response.status >= 400 || !cookie) throw new Error(`the sign-in link was refused (${response.status})`);
  return openApi(new URL(link).origin, cookie);
}

function openApi(baseUrl: string, cookie: string): Api {
  const request = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
  };
  const items = async <T>(path: string): Promise<T[]> => (await request<{ items: T[] }>('GET', path)).body.items;
  return {
    baseUrl,
    cookie,
    get: (path) => request('GET', path),
    send: (method, path, body) => request(method, path, body),
    leads: (query = '') => items<LeadView>(`/api/leads${query}`),
    lead: async (id) => (await request<LeadDetail>('GET', `/api/leads/${id}`)).body,
    messages: async (id) => (await items<MessageView>(`/api/leads/${id}/messages?limit=200`)).reverse(),
    claim: (id) => request('POST', `/api/leads/${id}/claim`),
    say: (id, text) => request('POST', `/api/leads/${id}/messages`, { text }),
  };
}

/** A customer of the simulated network, with a phone of their own. */
export interface Customer {
  readonly phone: string;
  write(
    text: string,
    extra?: { id?: string; fromBusiness?: boolean; name?: string },
  ): Promise<Answer<{ id: string; duplicate: boolean }>>;
  chat(): Promise<SandboxMessage[]>;
  /** What reached the phone from the business, oldest first. */
  received(): Promise<string[]>;
}

export function customerOf(api: Api, botId: string, phone: string, name?: string): Customer {
  const chat = async () => {
    const { status, body } = await api.get<{ items: SandboxMessage[] }>(
      `/api/sandbox/bots/${botId}/chats/${encodeURIComponent(phone)}/messages`,
    );
    return status === 404 ? [] : body.items;
  };
  return {
    phone,
    write: (text, extra) =>
      api.send('POST', `/api/sandbox/bots/${botId}/messages`, {
        from: phone,
        text,
        ...(name ? { name } : {}),
        ...extra,
      }),
    chat,
    received: async () => (await chat()).filter((message) => !message.fromMe).map((message) => message.text),
  };
}
