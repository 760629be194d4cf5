# The assets, with Node
FROM node:22-slim AS assets
WORKDIR /src/web/assets
COPY web/assets/package.json web/assets/package-lock.json web/assets/.npmrc ./
RUN npm ci --ignore-scripts
COPY web /src/web
COPY ideahub /src/ideahub
RUN npm run build

# The wheel and its dependencies, in an environment that moves as a whole
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/ideahub
COPY requirements.txt requirements-build.txt ./
RUN /opt/ideahub/bin/pip install --require-hashes -r requirements.txt
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements-build.txt
COPY pyproject.toml hatch_build.py LICENSE README.md ./
COPY ideahub ideahub
COPY migrations migrations
COPY web web
COPY --from=assets /src/web/static/dist web/static/dist
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /tmp . \
    && /opt/ideahub/bin/pip install --no-deps /tmp/ideahub-*.whl

# What runs
FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /data ideahub
COPY --from=build /opt/ideahub /opt/ideahub
ENV PATH=/opt/ideahub/bin:$PATH PYTHONUNBUFFERED=1 \
    IDEAHUB_HOST=0.0.0.0 IDEAHUB_VAR=/data PORT=8000
USER ideahub
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz')"]
CMD ["ideahub", "run"]
