using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using NBomber.Contracts;
using NBomber.CSharp;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>One run through a scenario. Whatever the service answers, a rejection too, is an answer; only a status that is not OK fails it.</summary>
internal sealed class Turn(IScenarioContext context)
{
    /// <summary>The service protects itself: counted apart from failures.</summary>
    public const string TurnedAway = "RESOURCE_EXHAUSTED";

    private string? _failure;

    /// <summary>Makes one call as a step of its own.</summary>
    /// <param name="step">What the report calls it.</param>
    /// <param name="call">Makes it.</param>
    /// <param name="meaning">What the report counts the answer as.</param>
    /// <returns>The answer; null where there was none.</returns>
    public async Task<T?> CallAsync<T>(string step, Func<Task<T>> call, Func<T, string> meaning)
        where T : class, IMessage
    {
        T? answer = null;
        await Step.Run(step, context, async () =>
        {
            try
            {
                answer = await call();
                return Response.Ok(statusCode: meaning(answer), sizeBytes: answer.CalculateSize());
            }
            catch (RpcException failed)
            {
                _failure = NameOf(failed.StatusCode);
                return Response.Fail(statusCode: _failure, message: failed.Status.Detail, sizeBytes: 0);
            }
        });
        return answer;
    }

    /// <summary>Marks the turn as failed, for something else than a call.</summary>
    public void Fail(string failure) => _failure = failure;

    /// <summary>How the turn ended.</summary>
    /// <param name="outcome">What the report counts it as, if nothing failed.</param>
    public IResponse End(string outcome) =>
        _failure is null ? Response.Ok(statusCode: outcome, sizeBytes: 0) : Response.Fail(statusCode: _failure, message: "", sizeBytes: 0);

    /// <summary>What the report counts a rejection as.</summary>
    public static string Rejected(Rejection rejection) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(rejection.Code.ToString());

    private static string NameOf(StatusCode status) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(status.ToString());
}
