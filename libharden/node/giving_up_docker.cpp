#include "node/giving_up_docker.h"

namespace harden {

template<class Ask>
auto GivingUpDocker::unless_given_up(Ask ask) const -> decltype(ask())
{
    std::unique_lock turn{turn_};
    if (why_)
        return *why_;
    if (answers_)
        turn.unlock();
    auto answer = ask();
    if (!turn)
        turn.lock();
    answers_ = answers_ || answer;
    if (!answer && answer.error().kind == ErrorKind::TimedOut)
        why_ = answer.error();
    return answer;
}

Result<DockerInfo> GivingUpDocker::info() const
{
    return unless_given_up([&] { return real_.info(); });
}

Result<DockerInfo> GivingUpDocker::ping() const
{
    return unless_given_up([&] { return real_.ping(); });
}

Result<std::vector<Container>> GivingUpDocker::containers() const
{
    return unless_given_up([&] { return real_.containers(); });
}

Result<ContainerDetails> GivingUpDocker::inspect(std::string_view id) const
{
    return unless_given_up([&] { return real_.inspect(id); });
}

Result<std::vector<DockerNetwork>> GivingUpDocker::networks() const
{
    return unless_given_up([&] { return real_.networks(); });
}

Result<std::vector<ImageSummary>> GivingUpDocker::images() const
{
    return unless_given_up([&] { return real_.images(); });
}

Result<ImageDetails> GivingUpDocker::image(std::string_view name) const
{
    return unless_given_up([&] { return real_.image(name); });
}

Result<> GivingUpDocker::import_image(std::string_view name, std::string_view tar)
{
    return unless_given_up([&] { return real_.import_image(name, tar); });
}

// A canary that ran too long has an image to be removed all the same.
Result<> GivingUpDocker::remove_image(std::string_view name)
{
    return real_.remove_image(name);
}

Result<> GivingUpDocker::create_network(std::string_view name)
{
    return unless_given_up([&] { return real_.create_network(name); });
}

Result<> GivingUpDocker::remove_network(std::string_view name)
{
    return real_.remove_network(name);
}

Result<RunOutcome> GivingUpDocker::run_once(const RunOnce& wanted)
{
    return unless_given_up([&] { return real_.run_once(wanted); });
}

}
