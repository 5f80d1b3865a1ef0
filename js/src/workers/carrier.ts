/** The carrier in a Worker of its own. */
import { Carrier, type MainPort } from "../carrier.ts";

new Carrier(self as unknown as MainPort);
