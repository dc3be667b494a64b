namespace SafeSpaceCapacity.Silo;

/// <summary>A space in the cluster. Its key is the stream of the space, <c>space/…</c>.</summary>
[Alias("safespace.space")]
internal interface ISafeSpaceGrain : IGrainWithStringKey
{
    /// <summary>Decides a command, or finds the answer it got before.</summary>
    /// <param name="request">A <see cref="SafeSpaceCapacity.Service.Engine.SpaceRequest"/>.</param>
    /// <returns>A <see cref="SpaceReply"/>.</returns>
    [Alias("execute")]
    Task<Parcel> ExecuteAsync(Parcel request);
}
