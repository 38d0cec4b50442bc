#pragma once

#include "dockerfile/glance.h"
#include "dockerfile/scan_judge.h"

#include <functional>

namespace harden {

// All that an instruction of a Dockerfile says, in their order as a build would read it.
ScanJudge::Judgement judge_dockerfile(const Dockerfile& file, const ScanRules& rules);

// Whether anything is seen to start a script: what is only copied is for review at most.
enum class ScriptUse : std::uint8_t { Started, Copied };

// The rules with what is made of them once for many inputs. Safe to use from several threads.
class Scanner {
public:
    explicit Scanner(ScanRules rules);
    const ScanRules& rules() const { return rules_; }

    // `path` is the input's name in the findings.
    ScannedFile dockerfile(std::string_view path, std::string_view source) const;
    // The same of one that is parsed already, from `source`.
    ScannedFile dockerfile(std::string_view path, std::string_view source,
                           const Dockerfile& file) const;
    // What a container starts, or a build runs, in the shell's language or another one.
    ScannedFile script(std::string_view path, std::string_view source, ScriptUse use) const;
    // A compose file: each service, and Dockerfiles that it holds. `variables`: of its .env file.
    ScannedFile compose(std::string_view path, std::string_view source,
                        const Variables& variables) const;
    // A start command or a `docker run` line.
    ScannedFile command(std::string_view path, std::string_view source) const;

private:
    ScanRules rules_;
    Glance glance_;
};

}
