using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service;

namespace SafeSpaceCapacity.Hosting;

/// <summary>What executables of the service differ in. This one decides all commands in its own process.</summary>
/// <param name="host">Nodes of different kinds are never on one log.</param>
/// <param name="description">For <c>--help</c>.</param>
public class ServerKind(HostKind host, string description)
{
    /// <summary>Nodes of different kinds are never on one log.</summary>
    public HostKind Host { get; } = host;

    /// <summary>What a node is called where there is no other.</summary>
    public string Name { get; } = host is HostKind.Embedded ? "embedded" : "silo";

    /// <summary>For <c>--help</c>.</summary>
    public string Description { get; } = description;

    /// <summary>Options of this kind alone.</summary>
    public virtual IEnumerable<Option> Options => [];

    /// <summary>Checks its options, and says how the engines are added.</summary>
    /// <param name="given">The options.</param>
    /// <param name="postgres">The database that holds the log; null where it is in a file.</param>
    /// <returns>Adds the engines to a service, as <see cref="ServiceSetup.AddSafeSpaceCapacity"/> asks for.</returns>
    /// <exception cref="Service.Transport.TransportException">They can't be met.</exception>
    /// <exception cref="IOException">A port is in use.</exception>
    public virtual Action<IServiceCollection> Engines(ParseResult given, PostgresAddress? postgres) => ServiceSetup.AddOwnEngines;

    /// <summary>Whether a failure to start needs no more than its message to be understood.</summary>
    public virtual bool IsRefusal(Exception failure) => false;
}
