/** One stage of a Dockerfile: what it is built from and what it says. */
export interface Stage {
  name: string;
  from: string;
  env: Map<string, string>;
  user: string | undefined;
  command: string[] | undefined;
  exposed: number[];
  /** Paths copied from the build context. */
  sources: string[];
  /** Stages copied from. */
  copiedFrom: string[];
  text: string;
}

export interface Dockerfile {
  arguments: string[];
  stages: Map<string, Stage>;
}

/** Reads the instructions we use. It is no parser of everything Docker knows: an unknown instruction is left alone. */
export function parseDockerfile(text: string): Dockerfile {
  const file: Dockerfile = { arguments: [], stages: new Map() };
  let stage: Stage | undefined;
  for (const line of logicalLines(text)) {
    const [word = '', ...rest] = line.split(/\s+/);
    const value = rest.join(' ');
    switch (word.toUpperCase()) {
      case 'ARG':
        file.arguments.push(value.split('=')[0] ?? '');
        break;
      case 'FROM': {
        const [from = '', , name = ''] = rest;
        const parent = file.stages.get(from);
        stage = {
          name,
          from,
          env: new Map(parent?.env),
          user: parent?.user,
          command: parent?.command,
          exposed: [...(parent?.exposed ?? [])],
          sources: [],
          copiedFrom: [],
          text: parent?.text ?? '',
        };
        file.stages.set(name, stage);
        break;
      }
      case 'ENV':
        for (const pair of rest) stage?.env.set(pair.split('=')[0] ?? '', pair.split('=').slice(1).join('='));
        break;
      case 'USER':
        if (stage) stage.user = value;
        break;
      case 'CMD':
        if (stage) stage.command = JSON.parse(value);
        break;
      case 'EXPOSE':
        stage?.exposed.push(...rest.map(Number));
        break;
      case 'COPY': {
        const from = rest.find((part) => part.startsWith('--from='));
        if (from) stage?.copiedFrom.push(from.slice('--from='.length));
        else stage?.sources.push(...rest.slice(0, -1));
        break;
      }
    }
    if (stage) stage.text += `${line}\n`;
  }
  return file;
}

function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
