# One image for all three projects; PROJECT says which of them a container is.
#   docker build -t printing-shop .  &&  docker compose up

FROM python:3.13-slim AS packages
COPY requirements.txt .
RUN python -m venv /packages \
 && /packages/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PROJECT=printshop
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin server \
 && install -d -o server -g server /data
COPY --from=packages /packages /packages
WORKDIR /app
COPY . .
RUN python -m compileall -q authserver photos_api printshop demo
USER server
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
  CMD ["python", "-m", "demo.healthcheck"]
CMD ["sh", "-c", "exec python manage.py $PROJECT serve --bind 0.0.0.0:8000"]
