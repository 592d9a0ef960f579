# The image of a service, of the gateway or of all-in-one. The image of all-in-one also contains set-up and the mail
# catcher. Build it with:
#   docker build --build-arg SERVICE=billing --build-arg VERSION=0.1.0 -t cordee-billing:0.1.0 .
# The version is in the logs and in the answers of /health. npm run images:check runs these steps without an engine.
ARG NODE=24-slim

FROM node:${NODE} AS manifests
WORKDIR /cordee
COPY . .
# Keeps only the files that npm reads, so that Docker reuses the installed packages when only code changes.
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM node:${NODE} AS build
ARG SERVICE
WORKDIR /cordee
COPY --from=manifests /cordee .
RUN npm ci
COPY . .
RUN test -n "$SERVICE" && npx tsc -b "apps/$SERVICE/tsconfig.app.json"
# Copies the compiled service and libraries without their sources.
RUN for folder in apps/* libs/*; do if [ -d "$folder/dist" ]; then mkdir -p "out/$folder" && cp -r "$folder/package.json" "$folder/dist" "out/$folder"; fi; done
# The software bill of materials of the image.
RUN node tools/sbom.mjs > out/sbom.cdx.json

FROM node:${NODE} AS dependencies
WORKDIR /cordee
COPY --from=manifests /cordee .
RUN npm ci --omit=dev --omit=optional

FROM node:${NODE}
ARG SERVICE
# Without a version, the processes report the version of the packages.
ARG VERSION=
ENV NODE_ENV=production TZ=UTC HOST=0.0.0.0 OPS_PORT=9100 CORDEE_VERSION=${VERSION}
WORKDIR /cordee
COPY --from=dependencies /cordee/node_modules node_modules
COPY --from=build /cordee/out .
WORKDIR /cordee/apps/${SERVICE}
USER node
EXPOSE 9100
# The health check tests readiness, because other containers start when this container is healthy and then call it. An
# unhealthy container must not be restarted: the reason can be a database that is temporarily unavailable.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
