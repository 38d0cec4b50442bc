#pragma once

#include "dockerfile/request_limits.h"

namespace harden {

// What one request came to so far.
class LimitJudge {
public:
    LimitJudge(const ContainerRequest& request, std::string_view source, const LimitRules& rules);

    const ContainerRequest& request() const { return request_; }
    const LimitRules& rules() const { return rules_; }
    const ContainerLabels& labels() const { return labels_; }
    // The tier whose values a remedy names: the smallest that what is asked for fits.
    const ResourceTier& example() const { return example_; }

    void reject(std::string_view rule, const PlacedText& at, std::string message,
                std::string remedy);
    void review(std::string_view rule, const PlacedText& at, std::string message,
                std::string remedy);
    // "--memory=512m", or "mem_limit: 512m" where the request is a service.
    std::string give(std::string_view flag, std::string_view key, std::string_view value) const;
    // "write …", "leave … out"
    std::string write(std::string_view flag, std::string_view key, std::string_view value) const;
    std::string leave_out(std::string_view flag, std::string_view key,
                          std::string_view value) const;

    std::vector<ScanFinding> by_place();

private:
    void add(std::string_view rule, ScanVerdict verdict, const PlacedText& at, std::string message,
             std::string remedy);

    const ContainerRequest& request_;
    std::string_view source_;
    const LimitRules& rules_;
    ContainerLabels labels_;
    ResourceTier example_;
    struct Found {
        std::size_t offset;
        ScanFinding finding;
    };
    std::vector<Found> found_;
};

// As `docker run` takes a size: "512m".
std::string flag_size(std::int64_t bytes);
ContainerUse asked_use(const ContainerRequest& request);

void judge_resources(LimitJudge& judge);  // memory, swap, processors, processes, disk
void judge_privileges(LimitJudge& judge); // capabilities, security options, user
void judge_reach(LimitJudge& judge);      // mounts, namespaces, devices, ports

}
