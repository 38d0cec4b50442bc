#pragma once

namespace harden {

class ComposeReader;
struct ContainerRequest;
struct YamlNode;

// Keys of a service that put something of the host, or of the file, into its container.
void read_volumes(ComposeReader& reader, ContainerRequest& request, const YamlNode& value);
void read_tmpfs(ComposeReader& reader, ContainerRequest& request, const YamlNode& value);
void read_secrets(ComposeReader& reader, ContainerRequest& request, const YamlNode& value);
void read_configs(ComposeReader& reader, ContainerRequest& request, const YamlNode& value);
void read_api_socket(ComposeReader& reader, ContainerRequest& request, const YamlNode& value);

}
