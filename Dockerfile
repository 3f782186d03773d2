# The product in a container: one image for every role (docs/operations.md). It holds no secret and no data.
ARG NODE_VERSION=22

FROM docker.io/library/node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
# First what changes seldom, so that these layers are kept. Scripts run below, when everything they build from is there.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json tsconfig.json hardhat.config.ts ./
COPY contracts contracts
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM docker.io/library/node:${NODE_VERSION}-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/artifacts artifacts
COPY --from=build /app/dist dist
COPY catalogue catalogue
COPY examples examples
# A new volume takes its owner from here.
RUN install -d -o 10001 -g 10001 -m 0700 /data
USER 10001:10001
# Hardhat, which runs the embedded chain, wants a home to write into.
ENV NODE_ENV=production \
    HOME=/tmp \
    TALLY_DATA=/data \
    TALLY_BIND=0.0.0.0 \
    TALLY_MONITOR_PORT=9464 \
    TALLY_MONITOR_BIND=0.0.0.0
VOLUME /data
# 9464 is for the monitoring on the container's network: never publish it.
EXPOSE 3000 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main/tally.js"]
CMD ["serve"]
