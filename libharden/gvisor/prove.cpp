#include "gvisor/prove.h"

#include "base/text.h"
#include "gvisor/release.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace harden {

static constexpr auto image = "harden-canary:latest";
static constexpr auto program = "canary";

static void put_octal(std::string& header, std::size_t at, std::size_t digits, std::size_t value)
{
    for (std::size_t i = digits; i > 0; --i, value /= 8)
        header[at + i - 1] = static_cast<char>('0' + value % 8);
}

std::string tar_of(std::string_view name, std::string_view bytes)
{
    constexpr std::size_t block = 512;
    std::string header(block, '\0');
    name.copy(header.data(), 100);
    put_octal(header, 100, 7, 0755);
    put_octal(header, 108, 7, 0); // owner
    put_octal(header, 116, 7, 0); // group
    put_octal(header, 124, 11, bytes.size());
    put_octal(header, 136, 11, 0); // time
    std::fill_n(header.begin() + 148, 8, ' ');
    header[156] = '0'; // a regular file
    std::string_view{"ustar\0"
                     "00",
                     8}
        .copy(header.data() + 257, 8);
    const auto sum = std::accumulate(
        header.begin(), header.end(), std::size_t{0},
        [](std::size_t total, char c) { return total + static_cast<unsigned char>(c); });
    put_octal(header, 148, 6, sum);
    header[154] = '\0';
    const auto padding = (block - bytes.size() % block) % block;
    return cat(header, bytes, std::string(padding + 2 * block, '\0'));
}

Result<std::string> canary_program(const Host& host)
{
    const auto self = TRY(host.status("/proc/self/exe"));
    return host.read(self.target.parent_path() / program)
        .during("read the canary program")
        .hint("it belongs beside gvisor-install: install the package again");
}

static Result<RunOutcome> run_canary(Node& node, std::string_view runtime)
{
    return node.docker().run_once({.image = image,
                                   .command = {cat("/", program)},
                                   .runtime = std::string{runtime},
                                   .network = "bridge"});
}

Result<std::string> prove_gvisor(Node& node, std::string_view runtime, std::string_view canary)
{
    TRY(node.docker().import_image(image, tar_of(program, canary)).during("import the canary"));
    const auto outcome = run_canary(node, runtime);
    const auto removed = node.docker().remove_image(image);
    const auto name = runtime.empty() ? std::string{"the default runtime"} : std::string{runtime};
    if (!outcome)
        return explained(
            Result<RunOutcome>{outcome}.during(cat("start a container with ", name)).error());
    TRY(Result<>{removed}.during("remove the canary's image"));
    const auto said = trim(outcome->out);
    if (outcome->status != 0 || !is_gvisor_kernel(said))
        return Error{ErrorKind::Failed,
                     cat("a container of ", name, " does not see gVisor's kernel: ",
                         said.empty() ? "it prints nothing" : escaped(said)),
                     "docker info: is the runtime registered under another path?"};
    return std::string{said};
}

}
