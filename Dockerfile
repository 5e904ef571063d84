# syntax=docker/dockerfile:1
# One target for each service, and `migrate`. Node runs the TypeScript sources as they are, so an image is the
# workspace itself, with the production dependencies of one service; only the dashboard is built.
#   docker build --target gateway -t wbm-gateway .

ARG NODE_VERSION=24.21.0
ARG PNPM_VERSION=12.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS base
WORKDIR /app

# Everything the workspace is made of, with nothing installed yet.
FROM base AS workspace
ARG PNPM_VERSION
RUN npm install --global pnpm@${PNPM_VERSION}
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json prisma.config.ts .npmrc .node-version ./
COPY patches ./patches
COPY prisma ./prisma
COPY packages ./packages
COPY services ./services

# The Prisma client and the dashboard, which need development dependencies.
FROM workspace AS built
RUN pnpm install --frozen-lockfile
RUN pnpm --filter @wbm/db run generate && pnpm --filter @wbm/dashboard run build

FROM workspace AS gateway-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/gateway..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated
COPY --from=built /app/packages/dashboard/dist ./packages/dashboard/dist

FROM workspace AS bot-runner-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/bot-runner..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated

FROM workspace AS ai-worker-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/ai-worker..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated

FROM workspace AS lead-worker-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/lead-worker..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated

FROM workspace AS scheduler-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/scheduler..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated

FROM workspace AS migrate-files
RUN pnpm install --frozen-lockfile --prod --filter "@wbm/db..."
COPY --from=built /app/packages/db/src/generated ./packages/db/src/generated

# What all running images share: nobody is root, and the internal port is reachable from outside the container only.
FROM base AS running
ENV NODE_ENV=production ENV_FILE=none OPS_HOST=0.0.0.0 OPS_PORT=9090 DATA_DIR=/data
RUN mkdir /data /blobs && chown node:node /data /blobs
USER node

FROM running AS migrate
COPY --from=migrate-files /app /app
CMD ["node", "packages/db/src/migrate-main.ts"]

FROM running AS gateway
ENV PORT=3000
EXPOSE 3000
COPY --from=gateway-files /app /app
EXPOSE 9090
STOPSIGNAL SIGTERM
CMD ["node", "services/gateway/src/main.ts"]

# The only image with a browser in it: each bot is a Chromium.
FROM base AS running-with-chromium
RUN apt-get update \
  && apt-get install -y --no-install-recommends chromium-headless-shell fonts-liberation ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production ENV_FILE=none OPS_HOST=0.0.0.0 OPS_PORT=9090 DATA_DIR=/data
# A container does not let Chromium build a sandbox of its own; the container is one.
ENV CHROMIUM_SANDBOX=false
RUN mkdir /data /blobs && chown node:node /data /blobs
USER node

FROM running-with-chromium AS bot-runner
COPY --from=bot-runner-files /app /app
EXPOSE 9090
STOPSIGNAL SIGTERM
CMD ["node", "services/bot-runner/src/main.ts"]

FROM running AS ai-worker
COPY --from=ai-worker-files /app /app
EXPOSE 9090
STOPSIGNAL SIGTERM
CMD ["node", "services/ai-worker/src/main.ts"]

FROM running AS lead-worker
COPY --from=lead-worker-files /app /app
EXPOSE 9090
STOPSIGNAL SIGTERM
CMD ["node", "services/lead-worker/src/main.ts"]

FROM running AS scheduler
COPY --from=scheduler-files /app /app
EXPOSE 9090
STOPSIGNAL SIGTERM
CMD ["node", "services/scheduler/src/main.ts"]
