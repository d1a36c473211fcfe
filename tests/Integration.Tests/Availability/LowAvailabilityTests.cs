using Padron.Application.Availability;
using Padron.Domain.Extractions;

namespace Padron.Integration.Tests.Availability;

public sealed class LowAvailabilityTests
{
    static readonly LowAvailability Low = new(new(Premium: 100, State: 50, City: 10, Municipality: 9, Lada: 8, Segment: 0));

    [Theory]
    [InlineData(SelectionKind.Premium, 100)]
    [InlineData(SelectionKind.State, 50)]
    [InlineData(SelectionKind.City, 10)]
    [InlineData(SelectionKind.Municipality, 9)]
    [InlineData(SelectionKind.Lada, 8)]
    public void A_selection_runs_low_below_the_threshold_of_its_kind(SelectionKind kind, int threshold)
    {
        Low.Warning(new Selection(kind, "X", "NL"), threshold).ShouldBeNull();
        var warning = Low.Warning(new Selection(kind, "X", "NL"), threshold - 1)!;
        (warning.Code, warning.Left, warning.Threshold).ShouldBe(("low_availability", threshold - 1, threshold));
        warning.Message.ShouldContain($"Only {threshold - 1} contacts are left of ");
    }

    [Fact]
    public void Zero_is_never() => Low.Warning(new Selection(SelectionKind.Segment, "norte"), 0).ShouldBeNull();

    [Fact]
    public void That_nobody_is_left_is_said_as_such() =>
        Low.Warning(new Selection(SelectionKind.State, StateCode: "NL"), 0)!.Message.ShouldBe("No contact is left of state NL.");

    [Fact]
    public void Places_that_run_low_are_marked_and_say_what_they_were_taken_for()
    {
        PlaceAvailability[] places = [new("GUADALUPE", "NL", 10, 20), new("GUADALUPE", "ZAC", 9, 20)];

        Low.Mark(SelectionKind.City, new("GUADALUPE", "Guadlupe"), places)
            .ShouldBe([places[0] with { TakenFor = "Guadlupe" }, places[1] with { Low = true, TakenFor = "Guadlupe" }]);
        Low.Mark([new(1, "55", 160_000, 8), new(2, "81", 150_000, 7)]).Select(lada => lada.Low).ShouldBe([null, true]);
    }
}
