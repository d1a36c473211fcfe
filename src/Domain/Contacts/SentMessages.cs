using System.Collections.Immutable;

namespace Padron.Domain.Contacts;

/// <summary>The messages to a contact that a provider accepted.</summary>
/// <param name="Count">How many; two facts with one message id are one message.</param>
/// <param name="LastAt">When the latest was accepted (UTC), in whatever order they were heard of.</param>
public sealed record SentMessages(int Count, DateTimeOffset LastAt)
{
    ImmutableHashSet<string> Ids { get; init; } = [];

    public static SentMessages operator +(SentMessages? before, ContactSent sent)
    {
        var ids = (before?.Ids ?? []).Add(sent.MessageId);
        return new(ids.Count, before is null || sent.SentAt > before.LastAt ? sent.SentAt : before.LastAt) { Ids = ids };
    }

    internal bool Contains(string messageId) => Ids.Contains(messageId);

    public bool Equals(SentMessages? other) => other is not null && LastAt == other.LastAt && Ids.SetEquals(other.Ids);

    public override int GetHashCode() => HashCode.Combine(Count, LastAt);
}
