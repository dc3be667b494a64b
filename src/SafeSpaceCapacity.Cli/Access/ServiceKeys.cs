using System.CommandLine;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Cli.Access;

/// <summary>The keys of a service on this machine.</summary>
internal static class ServiceKeys
{
    /// <summary>The data directory of a service, which must be there.</summary>
    public static Option<DirectoryInfo> Data(bool required) =>
        new Option<DirectoryInfo>("--data") { Description = "The data directory of the service", HelpName = "DIR", Required = required }.AcceptExistingOnly();

    /// <summary>Opens them; makes none.</summary>
    public static SigningKeys Open(DirectoryInfo data, TimeProvider time)
    {
        var folder = Path.Combine(data.FullName, "identity", "keys");
        try
        {
            // Opening would make the folder.
            if (Directory.Exists(folder) && SigningKeys.OpenExisting(folder, time) is var keys && keys.PublicKeys.Any())
                return keys;
        }
        catch (Exception unusable) when (unusable is SigningKeyException or IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(data.FullName, "--data", unusable);
        }

        throw new FailureException(Failure.BadInput($"--data {data.FullName}: no service has made keys there (in {folder}).", "Start the service once with this directory."));
    }
}
