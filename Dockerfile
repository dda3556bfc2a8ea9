# Image of a node. `docker build -t rojob:0.1.0 .`; the manifests of `npm run synth` use it.
ARG BASE=node:20-slim

FROM ${BASE} AS build
WORKDIR /rojob
COPY package.json package-lock.json .npmrc ./
# The program is compiled below, when its sources are there.
RUN npm ci --ignore-scripts && npm rebuild esbuild
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${BASE}
LABEL org.opencontainers.image.title="rojob" \
      org.opencontainers.image.description="Runs oJobs as a service" \
      org.opencontainers.image.licenses="Apache-2.0"
# tini reaps what jobs leave behind; python3 and the shell are for steps in those languages.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /rojob
COPY --from=build /rojob/package.json /rojob/LICENSE ./
COPY --from=build /rojob/node_modules ./node_modules
COPY --from=build /rojob/build ./build
COPY --from=build /rojob/run ./run
# One run: an image whose program does not work is not built.
RUN node build/service/cli/main.js exec run/rojob/echo.yaml --local message=hello \
 && rm -rf work && install -d -o 1000 -g 1000 work
ENV CONTAINER=true NODE_ENV=production HOME=/tmp
USER 1000:1000
VOLUME /rojob/work
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8787}/healthz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "build/service/cli/main.js"]
CMD ["start"]
