FROM python:3.12-slim AS build
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/tuibao && /opt/tuibao/bin/pip install --no-cache-dir --require-hashes -r constraints.txt
COPY . .
RUN /opt/tuibao/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 tuibao && mkdir /data && chown tuibao /data
COPY --from=build /opt/tuibao /opt/tuibao
ENV PATH=/opt/tuibao/bin:$PATH PYTHONUNBUFFERED=1 TUIBAO_APP__DATA_DIR=/data TUIBAO_WEB__PORT=8710
USER tuibao
WORKDIR /data
VOLUME /data
# The page listens inside the container only; its /health says whether the program answers.
HEALTHCHECK --interval=60s --timeout=5s --start-period=20s CMD ["python", "-c", \
  "import urllib.request as r; r.urlopen('http://127.0.0.1:8710/health', timeout=4)"]
CMD ["tuibao", "run", "--config", "/data/tuibao.toml"]
