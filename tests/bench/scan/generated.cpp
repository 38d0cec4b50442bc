#include "generated.h"

#include <array>
#include <random>
#include <string_view>

namespace harden::bench {

namespace {

using Random = std::mt19937_64;

template<std::size_t N>
std::string_view one_of(Random& random, const std::array<std::string_view, N>& all)
{
    return all[random() % N];
}

constexpr std::array<std::string_view, 10> bases = {"alpine:3.19",      "debian:bookworm-slim",
                                                    "ubuntu:22.04",     "node:20-alpine",
                                                    "python:3.12-slim", "golang:1.22",
                                                    "php:8.2-fpm",      "openjdk:17-jdk-slim",
                                                    "nginx:1.25",       "ruby:3.3"};
constexpr std::array<std::string_view, 16> packages = {
    "curl",        "git",         "build-essential", "libpq-dev",         "nginx",
    "python3-pip", "imagemagick", "ffmpeg",          "postgresql-client", "libxml2-dev",
    "zlib1g-dev",  "supervisor",  "tzdata",          "openssh-client",    "jq",
    "unzip"};
constexpr std::array<std::string_view, 9> blocks = {
    "# install what the service needs\nRUN apt-get update && \\\n    apt-get install -y "
    "--no-install-recommends ",
    "RUN apk add --no-cache ",
    "RUN set -ex \\\n  && apt-get update -qq \\\n  && apt-get install -y -qq ",
    "RUN yum install -y epel-release && yum install -y ",
    "RUN DEBIAN_FRONTEND=noninteractive apt-get -y install ",
    "RUN apt-get update; apt-get install -y ",
    "# tools\nRUN apt-get update \\\n && apt-get install --yes ",
    "RUN dnf -y install ",
    "RUN microdnf install ",
};
constexpr std::array<std::string_view, 14> steps = {
    "WORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\n",
    "ENV APP_HOME=/srv/app PORT=8080\nRUN mkdir -p $APP_HOME/log && chown -R www-data:www-data "
    "${APP_HOME}\n",
    "ARG VERSION=1.4.2\nRUN curl -fsSL "
    "https://downloads.example.org/app/v${VERSION}/app-${VERSION}.tar.gz \\\n    | tar xz -C "
    "/opt\n",
    "COPY requirements.txt /tmp/\nRUN pip install --no-cache-dir -r /tmp/requirements.txt\n",
    "# the user that the service runs as\nRUN adduser -D -h /home/app app\nUSER app\n",
    "RUN rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*\n",
    "COPY nginx.conf /etc/nginx/nginx.conf\nRUN ln -sf /dev/stdout /var/log/nginx/access.log\n",
    "RUN sed -i 's/^#Port.*/Port 2222/' /etc/app/app.conf && \\\n    echo \"date.timezone = UTC\" "
    ">> /etc/php/conf.d/tz.ini\n",
    "LABEL maintainer=\"someone@example.org\" version=\"1.0\" \\\n      description=\"a "
    "service\"\n",
    "VOLUME [\"/data\"]\nEXPOSE 8080 8443\n",
    "HEALTHCHECK --interval=30s --timeout=5s CMD curl -f http://localhost:8080/health || exit 1\n",
    "ADD https://example.org/ca.pem /usr/local/share/ca-certificates/\nRUN "
    "update-ca-certificates\n",
    "RUN go build -ldflags=\"-s -w\" -o /usr/local/bin/service ./cmd/service\n",
    "ENV JAVA_OPTS=\"-Xmx256m -Djava.security.egd=file:/dev/./urandom\"\n",
};
constexpr std::array<std::string_view, 6> ends = {
    "ENTRYPOINT [\"/docker-entrypoint.sh\"]\nCMD [\"app\", \"--port\", \"8080\"]\n",
    "CMD [\"node\", \"server.js\"]\n",
    "CMD python manage.py runserver 0.0.0.0:8000\n",
    "ENTRYPOINT [\"java\", \"-jar\", \"/app.jar\"]\n",
    "CMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
    "CMD /usr/bin/supervisord -n\n",
};
constexpr std::string_view miner =
    "RUN git clone https://github.com/xmrig/xmrig.git && cd xmrig && cmake . && make\n"
    "CMD [\"./xmrig\", \"-o\", \"stratum+tcp://pool.example:3333\"]\n";

std::string generated(Random& random)
{
    std::string text = "FROM ";
    text.append(one_of(random, bases)).append("\n").append(one_of(random, blocks));
    for (auto count = 1 + random() % 5; count > 0; --count)
        text.append(one_of(random, packages)).append(count > 1 ? " " : "\n");
    for (auto count = 3 + random() % 4 + (random() % 6 == 0 ? 12 : 0); count > 0; --count)
        text.append(one_of(random, steps));
    return text.append(random() % 50 == 0 ? miner : one_of(random, ends));
}

}

std::vector<std::string> generated_dockerfiles(std::size_t count, std::uint64_t seed)
{
    Random random{seed};
    std::vector<std::string> files;
    for (std::size_t i = 0; i < count; ++i)
        files.push_back(generated(random));
    return files;
}

}
