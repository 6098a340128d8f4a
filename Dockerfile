# The harness with its browser: docker build -t conversion-harness . (docs/ci.md)
FROM python:3.11.13-slim-bookworm

ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONUNBUFFERED=1

# The packages and the browser change seldom and come first, so that a change of the code builds in seconds.
# libatomic1: Playwright's own program is linked to it, and a slim image lacks it.
COPY requirements.lock /build/
RUN apt-get update && apt-get install --yes --no-install-recommends libatomic1 \
    && python -m pip install --require-hashes --requirement /build/requirements.lock \
    && python -m playwright install --with-deps chromium \
    && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml README.md LICENSE /build/
COPY vendor_specs /build/vendor_specs
COPY scenarios /build/scenarios
COPY harness /build/harness
RUN python -m pip install --no-deps --no-build-isolation /build && rm -rf /build

# A browser that opens strangers' pages has no business with root. Any other user may be named, too: HOME is everybody's.
RUN useradd --uid 10001 --user-group --no-create-home harness && mkdir -m 1777 /work
ENV HOME=/tmp
USER 10001:10001
WORKDIR /work

ENTRYPOINT ["harness"]
CMD ["--help"]
