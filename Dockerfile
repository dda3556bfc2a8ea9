# Image of a node: `docker build -t rojob:0.1.0 .`; the files that `rojob synth` writes use it. docs/deploy.md tells more.
# For several machines: `docker buildx build --platform linux/amd64,linux/arm64 -t REGISTRY/rojob:0.1.0 --push .`

# The recommended Node (LTS) on Debian 13. Another base needs a Debian or Ubuntu and a Node of `engines` in package.json; for
# builds that can be repeated name it by its digest (docs/deploy.md, "Base by digest").
ARG BASE=node:24-trixie-slim
ARG OPENAF=openaf/openaf:latest

FROM ${BASE} AS base
# tini reaps what jobs leave behind; python3 and the shell are for steps in those languages.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 tini \
 && rm -rf /var/lib/apt/lists/*

FROM ${BASE} AS build
WORKDIR /rojob
COPY package.json package-lock.json .npmrc ./
# The program is compiled below, when its sources are there.
RUN npm ci --ignore-scripts && npm rebuild esbuild
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts

# With a real OpenAF, for ENGINE=openaf: `docker build --target openaf -t rojob-openaf:0.1.0 .`
FROM ${OPENAF} AS openaf
USER root
RUN apk add --no-cache nodejs python3 tini
WORKDIR /rojob
COPY --from=build /rojob/package.json /rojob/LICENSE ./
COPY --from=build /rojob/node_modules ./node_modules
COPY --from=build /rojob/build ./build
COPY --from=build /rojob/clients ./clients
COPY --from=build /rojob/run ./run
RUN ln -s /rojob/build/service/cli/main.js /usr/local/bin/rojob \
 && rojob exec run/rojob/echo.yaml --local message=hello \
 && rm -rf work && mkdir work && chown 1000:1000 work
ENV CONTAINER=true NODE_ENV=production HOME=/tmp
USER 1000:1000
VOLUME /rojob/work
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["rojob", "health"]
ENTRYPOINT ["tini", "--", "rojob"]
CMD ["start"]

FROM base AS rojob
LABEL org.opencontainers.image.title="rojob" \
      org.opencontainers.image.description="Runs oJobs as a service" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /rojob
COPY --from=build /rojob/package.json /rojob/LICENSE ./
COPY --from=build /rojob/node_modules ./node_modules
COPY --from=build /rojob/build ./build
COPY --from=build /rojob/clients ./clients
COPY --from=build /rojob/run ./run
# One run: an image whose program does not work is not built, and what it compiles is kept.
RUN ln -s /rojob/build/service/cli/main.js /usr/local/bin/rojob \
 && rojob exec run/rojob/echo.yaml --local message=hello \
 && rm -rf work && mkdir work && chown 1000:1000 work
ENV CONTAINER=true NODE_ENV=production HOME=/tmp
USER 1000:1000
VOLUME /rojob/work
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["rojob", "health"]
ENTRYPOINT ["tini", "--", "rojob"]
CMD ["start"]
