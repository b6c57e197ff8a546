# photocolor in a container: no root, a root file system that may be read-only, no network, one folder in and one out.
#
#   docker build -t photocolor .                        the processor alone (the last stage)
#   docker build -t photocolor:cuda --target cuda .     NVIDIA GPUs; the host has driver and NVIDIA Container Toolkit
#
# docs/install.md tells how it is run; compose.yaml watches a folder.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY photocolor photocolor
RUN python -m venv /opt/photocolor \
 && /opt/photocolor/bin/python -m pip install --no-cache-dir .

FROM build AS build-cuda
RUN /opt/photocolor/bin/python -m pip install --no-cache-dir '.[cuda]'

# The plain build of ONNX Runtime has the same code for processors and takes 0.4 GB less than the one for GPUs.
FROM build AS build-cpu
RUN version=$(/opt/photocolor/bin/python -c 'import onnxruntime; print(onnxruntime.__version__)') \
 && /opt/photocolor/bin/python -m pip uninstall --yes onnxruntime-gpu \
 && /opt/photocolor/bin/python -m pip install --no-cache-dir "onnxruntime==$version"

FROM python:${PYTHON}-slim AS plain
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin photocolor \
 && install --directory --owner photocolor /in /out
ENV PATH=/opt/photocolor/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
USER 10001:10001
WORKDIR /out
VOLUME ["/in", "/out"]
ENTRYPOINT ["photocolor"]
CMD ["watch", "/in", "--out", "/out"]

FROM plain AS cuda
COPY --from=build-cuda /opt/photocolor /opt/photocolor
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM plain AS cpu
COPY --from=build-cpu /opt/photocolor /opt/photocolor
