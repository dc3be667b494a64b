using System.Globalization;
using SafeSpaceCapacity.LoadTests.Host;

// Started by the load tests alone: what they say is right.
switch (args)
{
    case ["seed", var data, var spaces, var events, var kind]:
        await Seeding.RunAsync(data, int.Parse(spaces, CultureInfo.InvariantCulture), int.Parse(events, CultureInfo.InvariantCulture), Enum.Parse<SeedKind>(kind));
        return 0;
    case ["serve", var data, var grpcPort, var httpPort, .. var connection] when connection.Length <= 1:
        await Serving.RunAsync(data, int.Parse(grpcPort, CultureInfo.InvariantCulture), int.Parse(httpPort, CultureInfo.InvariantCulture), connection.FirstOrDefault());
        return 0;
    default:
        await Console.Error.WriteLineAsync("seed DATA SPACES EVENTS Region|Roomy, or serve DATA GRPC_PORT HTTP_PORT [CONNECTION_FILE]");
        return 2;
}
