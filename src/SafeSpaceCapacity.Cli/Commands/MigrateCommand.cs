using System.CommandLine;
using System.Text.Json;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>From the log of one machine to one that several nodes share.</summary>
internal static class MigrateCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create(CommandLine line)
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "The data directory of a service that is stopped", HelpName = "DIR", Required = true };
        data.AcceptExistingOnly();
        var postgres = new Option<string>("--postgres") { Description = "File of mode 600 with the connection string of an empty PostgreSQL database", HelpName = "FILE", Required = true };
        return line.Command(
            "migrate",
            "Copy the event log of a data directory to PostgreSQL, and prove that both are equal before it counts; the directory is then for --postgres only",
            ["safespace migrate --data demo-data --postgres connection.txt"],
            [data, postgres],
            async session =>
            {
                try
                {
                    var address = PostgresAddress.Parse(OwnerFile.Read(session.Get(postgres)!, postgres.Name));
                    var copied = await LogCopy.ToPostgresAsync(session.Get(data)!.FullName, address, session.Stopped);
                    session.Terminal.Out.WriteLine(session.IsJson
                        ? JsonSerializer.Serialize(copied, Json)
                        : $"Copied and found equal: {copied.Entries} entries of {copied.Streams} streams, {copied.Commands} answers, epoch {copied.Epoch}.\nStart the service with --data {session.Get(data)} --postgres {session.Get(postgres)}.");
                    return ExitCodes.Done;
                }
                catch (Exception refused) when (refused is LogRefusedException or LogInUseException or LogSchemaException)
                {
                    throw new FailureException(Failure.BadInput(refused.Message));
                }
                catch (LogUnavailableException away)
                {
                    throw new FailureException(new Failure(ExitCodes.NotReachable, "UNAVAILABLE", away.Message));
                }
                catch (LogCorruptException damaged)
                {
                    throw new FailureException(new Failure(ExitCodes.Damaged, "DATA_LOSS", damaged.Message));
                }
            });
    }
}
