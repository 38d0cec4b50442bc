#pragma once

#include "base/result.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace harden {

// "release-20260126.0" or a distribution's "0.0~20240729.0", out of `runsc --version`. It becomes
// a directory's name, so nothing else passes.
Result<std::string> release_of(std::string_view version_output);

// "release-20260126.0", "0.0~20221219.0": the day of the release.
std::optional<std::chrono::sys_days> release_day(std::string_view version);

// "x86_64", "aarch64" or "machine 8"; nothing where the bytes are no 64-bit little-endian ELF file.
std::optional<std::string> elf_machine(std::string_view bytes);

// A page that a download brought instead of the file: what a server says instead of 404.
bool is_web_page(std::string_view bytes);

// File name to SHA-512, lower case, out of sha512sum's lines. A hash without a name is for "".
Result<std::map<std::string, std::string, std::less<>>> checksums(std::string_view text);

// Whether /proc/version was written by gVisor.
bool is_gvisor_kernel(std::string_view version);

// The cause and the next step for what runsc is known to say; the problem itself where it says
// nothing known.
Error explained(Error problem);

}
