using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Domain;
using Padron.MartenExtensions.Queue;

namespace Padron.Api.Queue;

/// <summary><c>/v1/queue</c></summary>
static class QueueEndpoints
{
    public static void MapQueue(this IEndpointRouteBuilder api)
    {
        var queue = api.MapGroup("/queue").WithTags("Queue");
        queue.MapGet("/", Status).WithSummary("What stands in the queue, by kind of message.");
        queue.MapGet("/dead-letters", DeadLetters).WithSummary("Messages that were given up, the latest first, with the history of their tries.");
        queue.MapPost("/dead-letters/{id:guid}/replay", Replay).WithSummary("Puts a dead letter back on the queue.");
        queue.MapPost("/dead-letters/{id:guid}/discard", Discard).WithSummary("Removes a dead letter for good.");
    }

    static async Task<Ok<IReadOnlyList<QueueStatus>>> Status(DurableQueue queue, CancellationToken ct) => TypedResults.Ok(await queue.StatusAsync(ct));

    static async Task<Ok<IReadOnlyList<DeadLetter>>> DeadLetters(DurableQueue queue, CancellationToken ct, string? kind = null, int limit = 50) =>
        TypedResults.Ok(await queue.DeadLettersAsync(kind, limit: Math.Clamp(limit, 1, 200), ct: ct));

    static async Task<NoContent> Replay(Guid id, DurableQueue queue, CancellationToken ct) =>
        await queue.ReplayAsync(id, ct) ? TypedResults.NoContent() : throw Unknown(id);

    static async Task<NoContent> Discard(Guid id, DurableQueue queue, CancellationToken ct) =>
        await queue.DiscardAsync(id, ct) ? TypedResults.NoContent() : throw Unknown(id);

    internal static RuleViolationException Unknown(Guid id) => new("dead_letter_unknown", $"There is no dead letter {id}.");
}
