namespace SafeSpaceCapacity.Service.Engine;

/// <summary>Where commands to spaces are decided: in this process, or wherever in a cluster the engine of a space is.</summary>
public interface ISpaceEngines
{
    /// <summary>Decides a command, or finds the answer it got before. A space that does not exist answers <c>NoSuchSpace</c>.</summary>
    /// <param name="request">The command.</param>
    /// <param name="cancellationToken">Stops trying to reach the engine. What has reached it is decided all the same.</param>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    /// <exception cref="NotDecidedException">The log, the clock or the engine could not be used.</exception>
    Task<SpaceAnswer> ExecuteAsync(SpaceRequest request, CancellationToken cancellationToken = default);
}
