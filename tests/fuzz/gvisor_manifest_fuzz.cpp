#include "gvisor/manifest.h"
#include "gvisor/platform.h"
#include "gvisor/release.h"
#include "node/download.h"

#include <cstddef>
#include <cstdint>

using namespace harden;

// What a release server and a release say: all readers take the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{data, data + size};
    const auto manifest = parse_manifest(text, "fuzz");
    if (manifest)
        (void)static_cast<bool>(known_release(*manifest, "latest", "x86_64"));
    (void)static_cast<bool>(checksums(text));
    (void)static_cast<bool>(release_of(text));
    (void)release_day(text);
    (void)elf_machine(text);
    (void)default_platform(text);
    (void)parse_content_range(text);
    if (const auto url = parse_https_url(text))
        (void)static_cast<bool>(parse_https_url(cat("https://", url->name(), url->target)));
    (void)static_cast<bool>(redirected({"a.example", "443", "/"}, text));
    return 0;
}
