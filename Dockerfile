# Builds the command from this checkout, then runs `verify serve` as a user without rights.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN npm run --silent build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
# procps: `ps` for people; bubblewrap: `--sandbox bwrap`, where the engine allows user namespaces; tini reaps orphans.
RUN apt-get update \
	&& apt-get install -y --no-install-recommends bubblewrap procps tini \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /build/package.json /opt/tenfold/
COPY --from=build /build/dist /opt/tenfold/dist
COPY --from=build /build/node_modules /opt/tenfold/node_modules
RUN ln -s /opt/tenfold/dist/verify.js /usr/local/bin/verify && mkdir /work /var/lib/verify && chown node:node /work /var/lib/verify
USER node
WORKDIR /work
ENV VERIFY_HOST=0.0.0.0 VERIFY_TRANSCRIPTS=/var/lib/verify/transcripts
EXPOSE 8003
# VERIFY_TLS_CERT makes it https: then a certificate that fits no name here must do for asking oneself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["node", "-e", "process.env.NODE_TLS_REJECT_UNAUTHORIZED='0';fetch(`http${process.env.VERIFY_TLS_CERT?'s':''}://127.0.0.1:${process.env.VERIFY_PORT||8003}/health`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["tini", "--", "verify", "serve"]
