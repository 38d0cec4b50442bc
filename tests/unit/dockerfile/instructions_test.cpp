#include "base/text.h"
#include "support/catch.hpp"
#include "unit/dockerfile/rendered.h"

using namespace harden;
using namespace harden::test;

// One instruction below "FROM a": what is read of it, and the problems with their column.
struct InstructionCase {
    std::string_view source;
    std::string_view expected;
};

static std::string below_from(std::string_view source)
{
    auto text = rendered(cat("FROM a\n", source, "\n"));
    for (const std::string_view noise : {"1 FROM a\n", "1 ", "\n!2:"})
        if (const auto at = text.find(noise); at != std::string::npos)
            text.replace(at, noise.size(), noise.front() == '\n' ? " !" : "");
    return std::string{trim(text)};
}

static void check(std::initializer_list<InstructionCase> cases)
{
    for (const auto& [source, expected] : cases) {
        INFO(source);
        CHECK(below_from(source) == expected);
    }
}

TEST_CASE("FROM names an image and opens a stage")
{
    const std::string_view stages = "ARG V=3\nFROM --platform=$BUILDPLATFORM golang:$V AS build\n"
                                    "RUN make\nFROM build as Test.2\nUSER x\nFROM scratch\n";
    CHECK(rendered(stages) == "0 ARG V=3\n1 FROM --platform=$BUILDPLATFORM golang:$V AS build\n"
                              "1 RUN make\n2 FROM build as Test.2\n2 USER x\n3 FROM scratch\n");
    CHECK(rendered("FROM a@sha256:0123") == "1 FROM a@sha256:0123\n");
    CHECK(rendered("FROM\n") == "1 FROM\n!1:5 FROM requires an image, or an image AS a name\n");
    CHECK(rendered("FROM a b") ==
          "1 FROM a b\n!1:6 FROM requires an image, or an image AS a name\n");
    CHECK(rendered("FROM a TO b") ==
          "1 FROM a TO b\n!1:6 FROM requires an image, or an image AS a name\n");
    CHECK(rendered("FROM a AS 1st") ==
          "1 FROM a AS 1st\n!1:11 a stage's name starts with a letter and has letters, digits, "
          "dashes, underscores and dots only\n");
    CHECK(rendered("FROM --plattform=x a") ==
          "1 FROM --plattform=x a\n!1:8 FROM has no flag --plattform, did you mean --platform?\n");
}

TEST_CASE("RUN, CMD and ENTRYPOINT have a shell form and a JSON form")
{
    check({
        {"RUN apk add curl && rm -rf /x", "RUN apk add curl && rm -rf /x"},
        {R"(RUN ["sh", "-c", "echo \"a\" \u00e9\n"])", "RUN [sh|-c|echo \"a\" \xC3\xA9\\n]"},
        {R"(CMD ["\ud83d\ude00", "\ud800", "a\/b\\"])",
         "CMD [\xF0\x9F\x98\x80|\xEF\xBF\xBD|a/b\\]"},
        {"CMD [ \"a\" ,\t\"b\" ]", "CMD [a|b]"},
        {"CMD []", "CMD []"},
        {"CMD", "CMD"},
        {"RUN", "RUN"},
        {"ENTRYPOINT exec top -b", "ENTRYPOINT exec top -b"},
        {"ENTRYPOINT [\"top\", \\\n \"-b\"]", "ENTRYPOINT [top|-b]"},
        {"CMD ['a', 'b']", "CMD ['a', 'b']"},
        {"CMD [\"a\" \"b\"]", "CMD [\"a\" \"b\"]"},
        {"CMD [\"a\",]", "CMD [\"a\",]"},
        {"CMD [\"a\"", "CMD [\"a\""},
        {"CMD [\"a]", "CMD [\"a]"},
        {"CMD [\"a\"] b", "CMD [\"a\"] b"},
        {R"(CMD ["a\x"])", R"(CMD ["a\x"])"},
        {"CMD [\"a\tb\"]", "CMD [\"a\\tb\"]"},
        {"RUN [ -f /x ] || exit", "RUN [ -f /x ] || exit"},
        {"CMD [1]", "CMD [1] !5 an array in JSON form must hold strings only"},
        {"CMD [\"a\", [\"b\"]]",
         "CMD [\"a\", [\"b\"]] !5 an array in JSON form must hold strings only"},
        {"CMD [null]", "CMD [null] !5 an array in JSON form must hold strings only"},
        {"CMD --x a", "CMD --x a !7 CMD has no flag --x"},
        {"ENTRYPOINT -- --x", "ENTRYPOINT --x"},
    });
}

TEST_CASE("RUN takes flags")
{
    check({
        {"RUN --mount=type=cache,target=/c --mount=type=secret,id=s make",
         "RUN --mount=type=cache,target=/c --mount=type=secret,id=s make"},
        {"RUN --network=none --security=insecure x", "RUN --network=none --security=insecure x"},
        {"RUN --device=vendor.com/gpu x", "RUN --device=vendor.com/gpu x"},
        {"RUN --mount=\"type=bind,src=a b\" x", "RUN --mount=type=bind,src=a b x"},
        {"RUN --network='host' --securit\\y=sandbox x",
         "RUN --network=host --securit\\y=sandbox x"},
        {"RUN --network=vpn x", "RUN --network=vpn x !7 --network is default, none or host"},
        {"RUN --security x", "RUN --security x !7 --security needs a value"},
        {"RUN --network=host --network=none x",
         "RUN --network=host --network=none x !22 --network is given twice"},
        {"RUN --moutn=x y", "RUN --moutn=x y !7 RUN has no flag --moutn, did you mean --mount?"},
    });
}

TEST_CASE("COPY and ADD have sources and a destination, in both forms")
{
    check({
        {"COPY a b /c/", "COPY a b /c/"},
        {"COPY [\"a b\", \"/c d/\"]", "COPY [a b|/c d/]"},
        {"COPY --from=0 --chown=1:1 --chmod=755 --link --parents --exclude=*.o --exclude=*.a . /",
         "COPY --from=0 --chown=1:1 --chmod=755 --link --parents --exclude=*.o --exclude=*.a . /"},
        {"ADD --checksum=sha256:0 --keep-git-dir=true --unpack=false https://h/x.tar /x",
         "ADD --checksum=sha256:0 --keep-git-dir=true --unpack=false https://h/x.tar /x"},
        {"ADD git@h:a/b.git#main /x", "ADD git@h:a/b.git#main /x"},
        {"COPY a", "COPY a !6 COPY requires a source and a destination"},
        {"ADD", "ADD !4 ADD requires a source and a destination"},
        {"COPY [\"a\"]", "COPY [a] !6 COPY requires a source and a destination"},
        {"COPY --link=yes a b", "COPY --link=yes a b !8 --link is true or false"},
        {"COPY --link= a b", "COPY --link= a b !8 --link is true or false"},
        {"COPY --checksum=x a b", "COPY --checksum=x a b !8 COPY has no flag --checksum"},
    });
}

TEST_CASE("ENV, LABEL and ARG have names and values")
{
    check({
        {"ENV a=1 b=\"x y\" c=x\\ y d='z'", "ENV a=1 b=\"x y\" c=x\\ y d='z'"},
        {"ENV name all that follows", "ENV name all that follows"},
        {"ENV", "ENV !4 ENV requires an argument"},
        {"ENV PATH", "ENV PATH !5 ENV requires a name and a value"},
        {"ENV a=1 b", "ENV a=1 b !9 expected name=value, not b"},
        {"ENV =1", "ENV =1 !5 a name of ENV is empty"},
        {"LABEL a.b=\"c\" \\\n  d=e", "LABEL a.b=\"c\"   d=e"},
        {"LABEL a=b c", "LABEL a=b c !11 expected name=value, not c"},
        {"LABEL a b", "LABEL a b"},
        {"ARG a b=1 c=\"x y\"", "ARG a b=1 c=\"x y\""},
        {"ARG", "ARG !4 ARG requires an argument"},
        {"ARG a =1", "ARG a =1 !7 a name of ARG is empty"},
    });
}

TEST_CASE("HEALTHCHECK is NONE or flags and a command in either form")
{
    check({
        {"HEALTHCHECK NONE", "HEALTHCHECK NONE"},
        {"HEALTHCHECK none", "HEALTHCHECK none"},
        {"HEALTHCHECK --interval=5m --timeout=3s --start-period=1s --start-interval=1s "
         "--retries=2 CMD curl -f x || exit 1",
         "HEALTHCHECK --interval=5m --timeout=3s --start-period=1s --start-interval=1s "
         "--retries=2 CMD curl -f x || exit 1"},
        {"HEALTHCHECK CMD [\"curl\", \"-f\"]", "HEALTHCHECK CMD [curl|-f]"},
        {"HEALTHCHECK", "HEALTHCHECK !12 HEALTHCHECK requires an argument"},
        {"HEALTHCHECK CMD", "HEALTHCHECK CMD !13 HEALTHCHECK CMD requires a command"},
        {"HEALTHCHECK CMD []", "HEALTHCHECK CMD [] !13 HEALTHCHECK CMD requires a command"},
        {"HEALTHCHECK NONE x", "HEALTHCHECK NONE x !18 HEALTHCHECK NONE takes no arguments"},
        {"HEALTHCHECK curl x", "HEALTHCHECK curl x !13 HEALTHCHECK is NONE or CMD, not curl"},
        {"HEALTHCHECK --every=5m CMD x",
         "HEALTHCHECK --every=5m CMD x !15 HEALTHCHECK has no flag --every"},
        {"HEALTHCHECK --interval=5 CMD x",
         "HEALTHCHECK --interval=5 CMD x !15 --interval is a duration as in 1m30s, of 1ms or more"},
        {"HEALTHCHECK --retries=-1 CMD x",
         "HEALTHCHECK --retries=-1 CMD x !15 --retries is a whole number"},
    });
}

TEST_CASE("ONBUILD holds back one instruction of the image that is built on this one")
{
    check({
        {"ONBUILD RUN make", "ONBUILD RUN make"},
        {"onbuild copy --from=x a b", "ONBUILD COPY --from=x a b"},
        {"ONBUILD CMD [\"a\"]", "ONBUILD CMD [a]"},
        {"ONBUILD HEALTHCHECK CMD [\"a\"]", "ONBUILD HEALTHCHECK CMD [a]"},
        {"ONBUILD", "ONBUILD !1 ONBUILD requires an instruction"},
        {"ONBUILD ONBUILD RUN x", "ONBUILD ONBUILD RUN x !9 ONBUILD may not follow ONBUILD"},
        {"ONBUILD FROM x", "ONBUILD FROM x !9 FROM may not follow ONBUILD"},
        {"ONBUILD MAINTAINER x", "ONBUILD MAINTAINER x !9 MAINTAINER may not follow ONBUILD"},
        {"ONBUILD --x RUN y", "ONBUILD RUN --x y !1 ONBUILD takes no flags"},
        {"ONBUILD ENV a", "ONBUILD ENV a !13 ENV requires a name and a value"},
    });
}

TEST_CASE("the instructions without forms of their own")
{
    check({
        {"SHELL [\"powershell\", \"-command\"]", "SHELL [powershell|-command]"},
        {"SHELL bash -c", "SHELL bash -c !7 SHELL requires the JSON form"},
        {"SHELL []", "SHELL [] !7 SHELL requires an argument"},
        {"SHELL", "SHELL !6 SHELL requires an argument"},
        {"EXPOSE 80/tcp 443 $PORT 7000-7010/udp", "EXPOSE 80/tcp 443 $PORT 7000-7010/udp"},
        {"EXPOSE", "EXPOSE !7 EXPOSE requires an argument"},
        {"VOLUME /a /b", "VOLUME /a /b"},
        {"VOLUME [\"/a\", \"/b c\"]", "VOLUME [/a|/b c]"},
        {"VOLUME [\"\"]", "VOLUME [] !8 a path of VOLUME is empty"},
        {"VOLUME []", "VOLUME [] !8 VOLUME requires an argument"},
        {"USER app:1000", "USER app:1000"},
        {"USER", "USER !5 USER requires an argument"},
        {"WORKDIR /a b", "WORKDIR /a b"},
        {"WORKDIR", "WORKDIR !8 WORKDIR requires an argument"},
        {"STOPSIGNAL SIGKILL", "STOPSIGNAL SIGKILL"},
        {"STOPSIGNAL", "STOPSIGNAL !11 STOPSIGNAL requires an argument"},
        {"MAINTAINER A B <a@b>", "MAINTAINER A B <a@b>"},
        {"MAINTAINER", "MAINTAINER !11 MAINTAINER requires an argument"},
    });
}
