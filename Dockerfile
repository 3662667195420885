# The service and its workers: one image, two commands.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE NOTICE requirements.lock ./
COPY src src
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && grep -oE '^[A-Za-z0-9._-]+==[^ ;]+' requirements.lock > /wheels/constraints.txt

FROM python:3.13-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --constraint /wheels/constraints.txt /wheels/*.whl \
    && rm -r /wheels \
    && useradd --uid 10001 --no-create-home ecritures \
    && install --directory --mode 700 --owner ecritures /data /storage
USER 10001
ENV ECRITURES_DATA_DIR=/data ECRITURES_HOST=0.0.0.0 ECRITURES_LOG_FORMAT=json
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["ecritures"]
CMD ["serve"]
