using SafeSpaceCapacity.Hosting;
using SafeSpaceCapacity.Silo;

return await ServerCommand.RunAsync(args, new SiloKind());
