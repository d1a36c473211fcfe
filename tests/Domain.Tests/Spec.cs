using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Segments;

namespace Padron.Domain.Tests;

/// <summary>Given a history, when a decision is taken, then exactly these events in exactly this order.</summary>
static class Spec
{
    public static Given<Contact> Contact(params ContactEvent[] history) =>
        new(history.Aggregate(Domain.Contacts.Contact.Stranger, ContactDecider.Evolve));

    public static Given<Import> Import(params ImportEvent[] history) =>
        new(history.Aggregate(Domain.Imports.Import.None, Domain.Imports.Import.Evolve));

    public static Given<Extraction> Extraction(params ExtractionEvent[] history) =>
        new(history.Aggregate(Domain.Extractions.Extraction.None, ExtractionDecider.Evolve));

    public static Given<Segment> Segment(params SegmentEvent[] history) =>
        new(history.Aggregate(Domain.Segments.Segment.None, SegmentDecider.Evolve));
}

sealed class Given<TState>(TState state)
{
    public TState State => state;

    public When When(Func<TState, object[]> decide) => new(() => decide(state));
}

sealed class When(Func<object[]> decide)
{
    public void Then(params object[] events) => decide().ShouldBe(events);

    public void ThenNothing() => decide().ShouldBeEmpty();

    /// <summary>Fails when nothing is thrown.</summary>
    public void ThenRefused(string code) => Should.Throw<RuleViolationException>(() => decide()).Code.ShouldBe(code);
}
