using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Hosting;

return await ServerCommand.RunAsync(args, new ServerKind(HostKind.Embedded, "Answers where nearby a person in crisis can go. Everything in one process."));
