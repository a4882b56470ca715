# qulaq with its storage engine inside. The engine needs glibc, so no Alpine.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG RELEASE=""
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X qulaq/jobs/command.release=${RELEASE}" -o /out/qulaq .

FROM node:22-bookworm-slim AS engine
WORKDIR /engine
COPY schema/engine/package.json schema/engine/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/qulaq --create-home qulaq
COPY --from=build /out/qulaq /usr/bin/qulaq
COPY --from=engine /engine/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so /usr/lib/qulaq/libchdb.so
USER qulaq
ENV QULAQ_DATA=/var/lib/qulaq
VOLUME /var/lib/qulaq
# The store answers, its tables are as this version knows them.
HEALTHCHECK --interval=1m --timeout=20s --start-period=30s CMD ["qulaq", "--quiet", "sql", "SELECT 1"]
ENTRYPOINT ["qulaq"]
CMD ["--help"]
